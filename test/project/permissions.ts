import type { Kind } from "../../src/instances/kind";
import { rightsOfChecks, type checkRights } from "../../src/instances/prerequisites/checkRights";
import { policyOf, type Right, type RightSource } from "../../src/instances/rights";

/** docs/permissions.md: the least policies, from the tables that checks and mitigations come from. */
export async function permissionsDocument(kinds: readonly Kind[]): Promise<string> {
  const sections = await Promise.all(kinds.map(kindSection));
  return `${[
    "# Permissions",
    "What somebody must be allowed to use the extension, and why. Generated from the tables that the extension itself uses for its checks and for the policies that it offers: `npm test -- project/permissions --write` writes it. The `Sid` of a statement names the documents that ask for its actions.",
    "Nothing here is needed for a connection to be shown: `sts:GetCallerIdentity` is always allowed.",
    ...sections.flat(),
    "## Checks and explanations",
    "None of these is needed: what a check may not look at, it calls not checked, and names the right that is missing.",
    policyBlock(rightsOfChecks),
    table(
      ["Action", "What it is for"],
      Object.entries(purposes).map(([action, purpose]) => [`\`${action}\``, purpose]),
    ),
  ].join("\n\n")}\n`;
}

const purposes: Readonly<Record<(typeof checkRights)[keyof typeof checkRights], string>> = {
  "iam:GetRole": "Who you are: the path of a role that was assumed",
  "iam:SimulatePrincipalPolicy": "May you: what the policies decide about a create, beforehand and after a failure",
  "sso:ListInstances": "Whether IAM Identity Center is in the region",
  "kms:DescribeKey": "The state of a key",
  "kms:GetKeyPolicy": "Whether the policy of a key lets the service in",
  "kms:ListAliases": "The keys to choose from",
  "cloudtrail:LookupEvents": "What was denied while an instance was created",
};

async function kindSection(kind: Kind): Promise<readonly string[]> {
  const { rights, notes } = await kind.loadNeeds();
  const sources = new Map(
    Object.values(rights)
      .flat()
      .flatMap((right) => right.sources)
      .map((source) => [source.id, source]),
  );
  return [
    `## ${kind.groupTitle}`,
    "### Reading",
    policyBlock(rights.reading),
    "### Creating",
    policyBlock(rights.creating),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join("\n")] : []),
    "### Changing",
    policyBlock(rights.changing),
    "### Deleting",
    "A recreate deletes, then creates.",
    policyBlock(rights.deleting),
    "### Sources",
    table(["Sid", "Document"], [...sources.values()].map(sourceRow)),
  ];
}

function sourceRow({ id, title }: RightSource): readonly string[] {
  return [`\`${id}\``, title];
}

function policyBlock(rights: readonly Right[]): string {
  return `\`\`\`json\n${policyOf(rights)}\n\`\`\``;
}

/** Padded as prettier pads. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) => Math.max(3, ...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
