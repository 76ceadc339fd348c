import * as api from "../../aws/services/kms";
import type { Need } from "../access";
import { invalidInput, modelledError } from "../awsError";
import type { SandboxKey } from "../kmsKeys";
import { route, type RequestContext, type SandboxService } from "../service";

/** Reads only: the keys are given, by the services that use them and here. */
export const kms: SandboxService = {
  keys: [
    { name: "document-signing", description: "Signs documents", keySpec: "RSA_2048", keyUsage: "SIGN_VERIFY" },
    {
      name: "aws/s3",
      description: "Default key that protects my S3 objects when no other key is defined",
      keyManager: "AWS",
    },
  ],
  routes: [
    route(api.listKeys, (input, context) => {
      const page = cut(context.keys(), input);
      return { output: { Keys: page.items.map((key) => ({ KeyId: key.keyId, KeyArn: key.arn })), ...page.rest } };
    }),
    route(api.listAliases, (input, context) => {
      const only = input.KeyId === undefined ? undefined : findKey(input.KeyId, context);
      const keys = context.keys();
      const page = cut(only ? keys.filter((key) => key.keyId === only.keyId) : keys, input);
      const dates = { CreationDate: seconds(context), LastUpdatedDate: seconds(context) };
      const aliases = page.items.map((key) => ({
        AliasName: key.alias,
        AliasArn: key.arn.replace(/key\/.*$/, key.alias),
        TargetKeyId: key.keyId,
        ...dates,
      }));
      return { output: { Aliases: aliases, ...page.rest } };
    }),
    route(
      api.describeKey,
      (input, context) => ({ output: { KeyMetadata: describe(findKey(input.KeyId, context), context) } }),
      { needs },
    ),
    route(
      api.getKeyPolicy,
      (input, context) => {
        if (/^alias\/|:alias\//.test(input.KeyId))
          throw modelledError(
            api.kms,
            "NotFoundException",
            `Invalid keyId ${input.KeyId}: an alias is not accepted here`,
          );
        if (input.PolicyName !== undefined && input.PolicyName !== "default")
          throw modelledError(api.kms, "NotFoundException", `No such policy exists`);
        return { output: { Policy: findKey(input.KeyId, context).policy, PolicyName: "default" } };
      },
      { needs },
    ),
  ],
};

/** A key that is not there is not found before anybody asks for rights. */
function needs(input: { readonly KeyId: string }, context: RequestContext): readonly Need[] {
  return [{ resource: findKey(input.KeyId, context).arn }];
}

/** By key id, key ARN, alias name or alias ARN, as DescribeKey takes them. */
function findKey(keyId: string, { region, accountId, keys }: RequestContext): SandboxKey {
  const isArn = keyId.startsWith("arn:");
  if (isArn && !/^arn:[^:]+:kms:[^:]+:\d{12}:(key|alias)\/.+$/.test(keyId))
    throw modelledError(api.kms, "InvalidArnException", `Invalid arn ${keyId}`);
  const name = isArn ? keyId.replace(/^(?:[^:]*:){5}(?:key\/)?/, "") : keyId;
  const isHere = !isArn || keyId.startsWith(`arn:aws:kms:${region}:${accountId}:`);
  const key = isHere ? keys().find((candidate) => candidate.keyId === name || candidate.alias === name) : undefined;
  if (key) return key;
  const arn = isArn ? keyId : `arn:aws:kms:${region}:${accountId}:${keyId.startsWith("alias/") ? "" : "key/"}${keyId}`;
  throw modelledError(
    api.kms,
    "NotFoundException",
    name.startsWith("alias/") ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`,
  );
}

function describe(key: SandboxKey, context: RequestContext): object {
  return {
    AWSAccountId: context.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: seconds(context),
    Enabled: key.isEnabled,
    Description: key.description,
    KeyUsage: key.keyUsage,
    KeyState: key.isEnabled ? "Enabled" : "Disabled",
    Origin: "AWS_KMS",
    KeyManager: key.keyManager,
    CustomerMasterKeySpec: key.keySpec,
    KeySpec: key.keySpec,
    ...(key.keyUsage === "ENCRYPT_DECRYPT"
      ? { EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"] }
      : { SigningAlgorithms: ["RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_256"] }),
    MultiRegion: key.isMultiRegion,
    ...(key.isMultiRegion && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: "PRIMARY",
        PrimaryKey: { Arn: key.arn, Region: context.region },
        ReplicaKeys: [],
      },
    }),
  };
}

function cut(
  keys: readonly SandboxKey[],
  input: { readonly Limit?: number | undefined; readonly Marker?: string | undefined },
) {
  const start = input.Marker === undefined ? 0 : keys.findIndex((key) => marker(key) === input.Marker);
  if (start < 0) throw modelledError(api.kms, "InvalidMarkerException", "Could not deserialize marker");
  const end = start + (input.Limit ?? 100);
  const next = keys[end];
  if (end <= start) throw invalidInput(api.kms, "Limit must be positive");
  return {
    items: keys.slice(start, end),
    rest: next ? { NextMarker: marker(next), Truncated: true } : { Truncated: false },
  };
}

function marker(key: SandboxKey): string {
  return Buffer.from(`key ${key.keyId}`).toString("base64");
}

function seconds({ timings }: RequestContext): number {
  return timings.bornMs / 1000;
}
