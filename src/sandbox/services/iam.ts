import * as api from "../../aws/services/iam";
import type { Need } from "../access";
import { invalidInput, modelledError } from "../awsError";
import { principalNames, toPrincipal, type Entity, type Principal } from "../principals";
import { route, type RequestContext, type SandboxService } from "../service";
import { simulate } from "./iamSimulation";

const service = api.iam;

/** One service for all Regions, wherever a client says it is. */
const everywhere = { region: "us-east-1" };

/** Users and roles are the sandbox's principals, in each account the same. */
export const iam: SandboxService = {
  routes: [
    route(api.simulatePrincipalPolicy, simulate, {
      ...everywhere,
      needs: ({ PolicySourceArn }) => [{ resource: PolicySourceArn }],
    }),
    route(
      api.getRole,
      ({ RoleName }, context) => {
        const { name, entity } = find("role", RoleName, context);
        const trusted = { Version: "2012-10-17", Statement: [trustOf(context.accountId)] };
        return {
          output: {
            Role: {
              ...common(entity, context),
              RoleName,
              RoleId: entity.id,
              AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trusted)),
              Description: `Of the sandbox's principal ${name}`,
              MaxSessionDuration: 3600,
              ...boundaryOf(name, context),
            },
          },
        };
      },
      { ...everywhere, needs: ({ RoleName }, context) => needsOf("role", RoleName, context) },
    ),
    route(
      api.getUser,
      (input, context) => {
        const { UserName = ownName(context.principal) } = input;
        const { name, entity } = find("user", UserName, context);
        const User = { ...common(entity, context), UserName, UserId: entity.id, ...boundaryOf(name, context) };
        return { output: { User } };
      },
      {
        ...everywhere,
        needs: (input, context) => needsOf("user", input.UserName ?? ownName(context.principal), context),
      },
    ),
  ],
};

function ownName({ entity }: Principal): string {
  if (entity.type === "user") return entity.name;
  throw invalidInput(service, "Must specify userName when calling with non-User credentials");
}

function find(type: Entity["type"], name: string, context: RequestContext): Principal {
  const found = seek(type, name, context);
  if (found) return found;
  throw modelledError(service, "NoSuchEntityException", `The ${type} with name ${name} cannot be found.`);
}

function seek(type: Entity["type"], name: string, { accountId }: RequestContext): Principal | undefined {
  return principalNames
    .map((principal) => toPrincipal(principal, accountId))
    .find(({ entity }) => entity.type === type && entity.name === name);
}

/** IAM asks for rights before it looks, and its messages call what is meant by its name. */
function needsOf(type: Entity["type"], name: string, context: RequestContext): readonly Need[] {
  const resource = seek(type, name, context)?.entity.arn ?? `arn:aws:iam::${context.accountId}:${type}/${name}`;
  return [{ resource, shownAs: `${type} ${name}` }];
}

function common({ path, arn }: Entity, { timings }: RequestContext) {
  const CreateDate = new Date(timings.bornMs).toISOString().replace(/\.\d+Z$/, "Z");
  return { Path: path, Arn: arn, CreateDate };
}

function boundaryOf(name: Principal["name"], { rights, accountId }: RequestContext): object {
  if (!rights.hasBoundary(name)) return {};
  const PermissionsBoundaryArn = `arn:aws:iam::${accountId}:policy/boundary`;
  return { PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn } };
}

function trustOf(accountId: string): object {
  return { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "sts:AssumeRole" };
}
