import { UserError, type Remedy } from "../core/errors";
import { describeDiagnostic, profileChain } from "./profile";
import type { ConfigDiagnostic, SharedConfig } from "./profile";

/**
 * Why nothing may be opened with the files as they are: something in them is not read that could be the profile's. A file
 * that is being saved, or is damaged, may lack the endpoint while the keys are still there, and a request would go to AWS
 * that was meant for another place.
 */
export function configProblem(profile: string, config: SharedConfig): ConfigDiagnostic | undefined {
  const chain = profileChain(profile, config);
  const profiles = new Set([profile, ...chain.flatMap(({ name, sourceProfile = name }) => [name, sourceProfile])]);
  const sections = new Set(
    chain.flatMap(({ values: { services, sso_session: session } }) => [
      `services ${services ?? ""}`,
      `sso-session ${session ?? ""}`,
    ]),
  );
  return config.diagnostics.find((diagnostic) => {
    if (diagnostic.severity !== "error") return false;
    if (diagnostic.profile !== undefined) return profiles.has(diagnostic.profile);
    return diagnostic.section === undefined || sections.has(withoutQuotes(diagnostic.section));
  });
}

/** @throws UserError with file, line and a way to open it. */
export function requireReadable(profile: string, config: SharedConfig): void {
  const problem = configProblem(profile, config);
  if (!problem) return;
  throw new UserError(`${describeDiagnostic(problem)}. Profile ${profile} is not used while that could concern it.`, {
    remedies: [openFile(problem)],
    isLoggable: true,
  });
}

export function openFile({ file, line }: ConfigDiagnostic): Remedy {
  return {
    title: "Open File",
    command: "appInstances.openConfigFile",
    args: [line === undefined ? { file } : { file, line }],
  };
}

/** `services "local"` is the section that a profile calls `local`. */
function withoutQuotes(section: string): string {
  return section.replace(/^(\S+)\s+["']?(.*?)["']?$/, "$1 $2");
}
