import { everyRight, type Needs } from "../needs";
import { policyOf, rights, type RightSource } from "../rights";

const reference: RightSource = {
  id: "ServiceAuthorizationReference",
  name: "service reference",
  title: "service authorization reference of Amazon Chime",
};
const handler: RightSource = {
  id: "CloudFormationCreateHandler",
  name: "CloudFormation",
  title: "CloudFormation, create handler of AWS::Chime::AppInstance",
};

export const needs: Needs = {
  rights: {
    reading: rights([reference], ["chime:ListAppInstances", "chime:DescribeAppInstance", "chime:ListTagsForResource"]),
    creating: [
      ...rights([reference, handler], ["chime:CreateAppInstance"]),
      ...rights([handler], ["chime:DescribeAppInstance"]),
      ...rights([handler], ["chime:ListTagsForResource"]),
      ...rights([reference, handler], ["chime:TagResource"], { onlyWithTags: true }),
    ],
    changing: rights([reference], ["chime:UpdateAppInstance", "chime:TagResource", "chime:UntagResource"]),
    deleting: rights([reference], ["chime:DeleteAppInstance"]),
  },
  quota: { max: 100, counts: ["present"], countedWords: "existing", canBeRaised: true },
  needsIdentityCenter: false,
  notes: ["`chime:TagResource` is needed for a create with tags only."],
};

export const wholePolicy = () => policyOf(everyRight(needs));
