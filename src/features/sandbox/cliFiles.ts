import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxAccess } from "../../instances/sessionAccess";

/** The AWS files of the sandbox's profiles, for the AWS CLI: nothing of them is in the user's own. */
export async function writeCliFiles(
  directory: string,
  { endpoint, region, keys }: SandboxAccess,
): Promise<{ readonly config: string; readonly credentials: string }> {
  await mkdir(directory, { recursive: true });
  const files = { config: join(directory, "config"), credentials: join(directory, "credentials") };
  const config = Object.keys(keys).map((name) => `[profile ${name}]\nregion = ${region}\nendpoint_url = ${endpoint}\n`);
  const credentials = Object.entries(keys).map(
    ([name, { accessKeyId, secretAccessKey }]) =>
      `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  await writeFile(files.config, config.join("\n"), { mode: 0o600 });
  await writeFile(files.credentials, credentials.join("\n"), { mode: 0o600 });
  return files;
}
