import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "../../src/core/environment";
import type { Account } from "./lane";

/** What the profiles say. */
export interface ProfileLines {
  /** Whose keys. */
  readonly account: Account;
  readonly endpointUrl: string;
  /** `aws_account_id`. */
  readonly claim?: string;
  /** A command that gives the keys, instead of the keys themselves. */
  readonly credentialProcess?: string;
  /** The file as an editor leaves it that was interrupted: its last section has no end. */
  readonly isHalfSaved?: boolean;
}

/** A home folder with config files, rewritten while windows use them. */
export class AwsFolder {
  readonly home: string;

  private constructor(home: string) {
    this.home = home;
  }

  static async make(home: string): Promise<AwsFolder> {
    await mkdir(join(home, ".aws"), { recursive: true });
    return new AwsFolder(home);
  }

  get env(): Environment {
    return { HOME: this.home };
  }

  async write(lines: ProfileLines, folder = ".aws"): Promise<void> {
    const path = join(this.home, folder);
    await mkdir(path, { recursive: true });
    const profiles = ["sandbox", "sandbox-restricted"] as const;
    const config = profiles.map((name) => {
      const { endpointUrl, claim, credentialProcess } = lines;
      const settings = [
        `[profile ${name}${lines.isHalfSaved ? "" : "]"}`,
        `endpoint_url = ${endpointUrl}`,
        ...(claim === undefined ? [] : [`aws_account_id = ${claim}`]),
        ...(credentialProcess === undefined ? [] : [`credential_process = ${credentialProcess} ${name}`]),
      ];
      return `${settings.join("\n")}\n`;
    });
    const credentials = profiles.map((name) => {
      const { accessKeyId, secretAccessKey } = lines.account.keys[name];
      return `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    });
    await replaceFile(join(path, "config"), config.join("\n"));
    await replaceFile(join(path, "credentials"), lines.credentialProcess === undefined ? credentials.join("\n") : "");
  }

  /** `.aws` becomes a link to that folder. */
  async makeLink(name: string, lines: ProfileLines): Promise<void> {
    await this.write(lines, name);
    const link = join(this.home, ".aws");
    await rm(link, { recursive: true, force: true });
    await symlink(join(this.home, name), link);
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** In one go: nobody reads half of it unless that is the fault. Several faults may write at once. */
async function replaceFile(path: string, text: string): Promise<void> {
  const next = `${path}.${randomUUID()}.next`;
  await writeFile(next, text);
  await rename(next, path);
}
