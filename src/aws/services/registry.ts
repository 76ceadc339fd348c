import type { AnyOperation, Service } from "../operation";
import * as chimeIdentity from "./chimeIdentity";
import * as chimeLegacy from "./chimeLegacy";
import * as cloudtrail from "./cloudtrail";
import * as iam from "./iam";
import * as kms from "./kms";
import * as ssoAdmin from "./ssoAdmin";
import * as sts from "./sts";
import * as supplychain from "./supplychain";

interface ServiceEntry {
  readonly service: Service;
  readonly operations: readonly AnyOperation[];
}

/** Every service that is spoken here, with its operations: a new service is one line, and one in `names.ts`. */
export const registry: readonly ServiceEntry[] = [
  entry(supplychain.supplychain, Object.values(supplychain)),
  entry(chimeIdentity.chimeIdentity, Object.values(chimeIdentity)),
  entry(chimeLegacy.chimeLegacy, Object.values(chimeLegacy)),
  entry(kms.kms, Object.values(kms)),
  entry(sts.sts, Object.values(sts)),
  entry(iam.iam, Object.values(iam)),
  entry(ssoAdmin.ssoAdmin, Object.values(ssoAdmin)),
  entry(cloudtrail.cloudtrail, Object.values(cloudtrail)),
];

export const services: readonly Service[] = registry.map(({ service }) => service);
export const allOperations: readonly AnyOperation[] = registry.flatMap(({ operations }) => operations);

/** `id` and `name` as the AWS CLI's models spell them: `supplychain`, `CreateInstance`. */
export function findOperation(id: string, name: string): AnyOperation | undefined {
  return allOperations.find((operation) => operation.service.id === id && operation.name === name);
}

export function findService(id: string): Service | undefined {
  return services.find((service) => service.id === id);
}

/** A service's operations are the exports of its module that are operations. */
function entry(service: Service, exports: readonly unknown[]): ServiceEntry {
  return { service, operations: exports.filter((value) => isOperationOf(service, value)) };
}

function isOperationOf(service: Service, value: unknown): value is AnyOperation {
  return typeof value === "object" && value !== null && "service" in value && value.service === service;
}
