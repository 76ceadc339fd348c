/** Hosts of the AWS Management Console by region prefix; every other region belongs to the commercial partition. */
const consoleHosts: readonly (readonly [prefix: string, host: string])[] = [
  ["cn-", "console.amazonaws.cn"],
  ["us-gov-", "console.amazonaws-us-gov.com"],
  ["eusc-", "console.amazonaws-eusc.eu"],
];

/** A page of the AWS Management Console: `path` begins with a slash. */
export function consolePage(path: string, region: string): string {
  const host = consoleHosts.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "console.aws.amazon.com";
  // Through bytes: half a character cannot be encoded.
  return `https://${host}${path}?region=${encodeURIComponent(Buffer.from(region).toString())}`;
}
