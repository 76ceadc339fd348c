import type { Service } from "../aws/operation";

/** An error as a service answers it. The protocol decides what it looks like on the wire. */
export class AwsError extends Error {
  constructor(
    /** The exception's name: `ValidationException`. */
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** An error that the service's model has; its status comes from there. */
export function modelledError(service: Service, name: string, message: string): AwsError {
  const model = service.errors[name];
  if (!model) throw new Error(`${service.id} has no error ${name}`);
  return new AwsError(name, message, model.status);
}

/** The input broke a rule: each service has its own name for that. */
export function invalidInput(service: Service, message: string): AwsError {
  if (service.errors.BadRequestException) return modelledError(service, "BadRequestException", message);
  return new AwsError(service.protocol === "query" ? "ValidationError" : "ValidationException", message, 400);
}
