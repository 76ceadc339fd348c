import type { KeySeed, KeyStatement } from "../kmsKeys";

/** Of the service, in the policies of keys. */
export const principal = "scn.amazonaws.com";

/** Keys that the service can use, and some that it cannot. */
export const keys: readonly KeySeed[] = [
  { name: "supply-chain", description: "Supply Chain data", statements: serviceStatements },
  {
    name: "supply-chain-disabled",
    description: "Retired Supply Chain key",
    isEnabled: false,
    statements: serviceStatements,
  },
  { name: "supply-chain-no-access", description: "Key whose policy lacks the service" },
  {
    name: "supply-chain-multi-region",
    description: "Supply Chain data, all Regions",
    isMultiRegion: true,
    statements: serviceStatements,
  },
];

/** The base policy of the service's documentation: what it needs before an instance is created. */
function serviceStatements(region: string, accountId: string): readonly KeyStatement[] {
  const service = { Service: principal };
  const sameAccount = { StringEquals: { "aws:SourceAccount": accountId } };
  const instanceRole = {
    ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${accountId}:role/service-role/scn-instance-role-*` },
    StringEquals: { "kms:ViaService": `scn.${region}.amazonaws.com` },
  };
  const forAws = { Bool: { "kms:GrantIsForAWSResource": "true" } };
  const allow = (
    Sid: string,
    principal: KeyStatement["Principal"],
    Action: KeyStatement["Action"],
    Condition: object,
  ): KeyStatement => ({
    Sid,
    Effect: "Allow",
    Principal: principal,
    Action,
    Resource: "*",
    Condition,
  });
  return [
    allow("AllowScnRetrievalOfKeyMetadata", service, "kms:DescribeKey", sameAccount),
    allow(
      "AllowScnEncryptDecryptWithContext",
      service,
      ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
      sameAccount,
    ),
    allow(
      "AllowScnCryptoViaDependencyServices",
      service,
      ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      {
        StringEquals: {
          "kms:ViaService": ["redshift-serverless", "aoss", "dynamodb", "s3"].map(
            (name) => `${name}.${region}.amazonaws.com`,
          ),
        },
      },
    ),
    allow("AllowScnCreateGrantForDependencyServices", service, "kms:CreateGrant", forAws),
    allow("AllowInstanceRoleDescribeKey", { AWS: "*" }, "kms:DescribeKey", instanceRole),
    allow("AllowInstanceRoleEncryptDecrypt", { AWS: "*" }, ["kms:Decrypt", "kms:GenerateDataKey*"], instanceRole),
    allow("AllowInstanceRoleCreateGrant", { AWS: "*" }, "kms:CreateGrant", { ...instanceRole, ...forAws }),
  ];
}
