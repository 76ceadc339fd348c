import type { AnyOperation, Service } from "../aws/operation";
import { AwsError } from "./awsError";
import { parseForm, type IncomingRequest } from "./incoming";
import { matchPath } from "./requestInput";
import type { Route, SandboxService } from "./service";
import { claimedService } from "./signature";

/** Which operation of the services that are served a request is for. */
export class Routes {
  /** Of all services: what requests may be signed for. */
  readonly signingNames: ReadonlySet<string>;
  readonly #routes: readonly Route[];

  constructor(services: readonly SandboxService[]) {
    this.#routes = services.flatMap((service) => service.routes);
    this.signingNames = new Set(this.#routes.map(({ operation }) => operation.service.signingName));
  }

  /** @throws AwsError when there is no such operation. */
  find(request: IncomingRequest, signingName: string): Route {
    const userAgent = `${request.headers["user-agent"] ?? ""} ${request.headers["x-amz-user-agent"] ?? ""}`;
    const found = this.#routes.find(
      ({ operation, appliesTo }) =>
        operation.service.signingName === signingName &&
        isFor(operation, request) &&
        (appliesTo === undefined || appliesTo({ userAgent })),
    );
    if (found) return found;
    throw new AwsError("UnknownOperationException", unknownOperationText(request), 404);
  }

  /** Whose error shape applies before the signature is known to be good. */
  guessService(request: IncomingRequest): Service | undefined {
    const claimed = claimedService(request);
    const { headers } = request;
    const protocol =
      headers["x-amz-target"] !== undefined
        ? "aws-json-1.1"
        : (headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")
          ? "query"
          : undefined;
    return this.#routes.find(({ operation: { service } }) =>
      claimed === undefined ? service.protocol === protocol : service.signingName === claimed,
    )?.operation.service;
  }
}

function isFor(operation: AnyOperation, request: IncomingRequest): boolean {
  const { service, name } = operation;
  switch (service.protocol) {
    case "aws-json-1.1":
      return request.method === "POST" && targetsOf(service, name).includes(request.headers["x-amz-target"] ?? "");
    case "query":
      return parseForm(request.body.toString("utf8")).Action === name;
    case "rest-json":
      return matchPath(operation, request) !== undefined;
  }
}

/** Some models put packages before a service's name, and clients differ in whether they send them. */
function targetsOf({ targetPrefix = "" }: Service, name: string): readonly string[] {
  return [`${targetPrefix}.${name}`, `${targetPrefix.slice(targetPrefix.lastIndexOf(".") + 1)}.${name}`];
}

function unknownOperationText(request: IncomingRequest): string {
  const asked = request.headers["x-amz-target"] ?? parseForm(request.body.toString("utf8")).Action;
  return `There is no operation for ${asked ?? `${request.method} ${request.rawPath}`}`;
}
