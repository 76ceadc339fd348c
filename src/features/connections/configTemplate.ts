import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, UserError } from "../../core/errors";

/** A config file to fill in: whatever is in it is a comment until somebody takes the # away. */
export const configTemplate = `# AWS config file, read by AWS tools and by App Instances for AWS.
# Remove the # in front of the lines that fit you, fill them in and save: the file is read again at once.
# All settings: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html

# 1. You sign in through IAM Identity Center (your administrator knows the start URL):
#
# [sso-session my-company]
# sso_start_url = https://my-company.awsapps.com/start
# sso_region = us-east-1
# sso_registration_scopes = sso:account:access
#
# [profile my-work]
# sso_session = my-company
# sso_account_id = 111122223333
# sso_role_name = Administrator
# region = us-east-1

# 2. A role that another profile may take on:
#
# [profile production]
# role_arn = arn:aws:iam::111122223333:role/Administrator
# source_profile = default
# region = us-east-1

# 3. A program that gives the credentials:
#
# [profile vault]
# credential_process = /usr/local/bin/my-credentials --account 111122223333
# region = us-east-1

# Access keys, if you have to use them, belong in the file "credentials" beside this one, below [default].
`;

/** Leaves a file that is there as it is. Only its owner can read what is written. */
export async function writeTemplate(config: string): Promise<void> {
  try {
    await mkdir(dirname(config), { recursive: true, mode: 0o700 });
    await writeFile(config, configTemplate, { flag: "wx", mode: 0o600 }).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
  } catch (error) {
    throw new UserError(`The AWS config file could not be created at ${config}: ${messageOf(error)}`, { cause: error });
  }
}
