/** A group of Regions with DNS names of their own. Source: partitions.json of botocore 1.43.67. */
export interface Partition {
  readonly id: string;
  readonly dnsSuffix: string;
  readonly dualStackDnsSuffix: string;
  readonly supportsFips: boolean;
  readonly supportsDualStack: boolean;
  readonly regionPattern: RegExp;
  /** Regions that do not match the pattern. */
  readonly otherRegions: readonly string[];
}

const aws = partition("aws", "amazonaws.com", "api.aws", /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/, "aws-global");

const partitions: readonly Partition[] = [
  aws,
  partition("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", /^cn-\w+-\d+$/, "aws-cn-global"),
  partition("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", /^eusc-(de)-\w+-\d+$/),
  partition("aws-iso", "c2s.ic.gov", "api.aws.ic.gov", /^us-iso-\w+-\d+$/, "aws-iso-global"),
  partition("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", /^us-isob-\w+-\d+$/, "aws-iso-b-global"),
  partition("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", /^eu-isoe-\w+-\d+$/, "aws-iso-e-global"),
  partition("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", /^us-isof-\w+-\d+$/, "aws-iso-f-global"),
  partition("aws-us-gov", "amazonaws.com", "api.aws", /^us-gov-\w+-\d+$/, "aws-us-gov-global"),
];

/** As the SDKs' `aws.partition` function: an unknown Region is taken to be one of the partition `aws`. */
export function partitionOf(region: string): Partition {
  return (
    partitions.find(({ otherRegions }) => otherRegions.includes(region)) ??
    partitions.find(({ regionPattern }) => regionPattern.test(region)) ??
    aws
  );
}

function partition(
  id: string,
  dnsSuffix: string,
  dualStackDnsSuffix: string,
  regionPattern: RegExp,
  ...otherRegions: string[]
): Partition {
  return {
    id,
    dnsSuffix,
    dualStackDnsSuffix,
    supportsFips: true,
    supportsDualStack: true,
    regionPattern,
    otherRegions,
  };
}
