import type { IncomingHttpHeaders } from "node:http";

/** Smaller differences are network delay or harmless: services tolerate about 15 minutes. */
const significantMs = 240_000;
const maxRequestMs = 900_000;

/** Codes that a service answers with when it does not like the date of a signature. */
const skewCodes = new Set([
  "RequestTimeTooSkewed",
  "RequestExpired",
  "RequestInTheFuture",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "AuthFailure",
  "AccessDeniedException",
]);

export function mayMeanSkew(errorName: string): boolean {
  return skewCodes.has(errorName);
}

/** How far the clock of each endpoint is ahead of ours, learnt from the `Date` headers of replies. */
export class ClockSkew {
  readonly #offsets = new Map<string, number>();
  #latestMs: number | undefined;

  /**
   * Milliseconds that the services' clock was ahead of ours at the last reply, whoever sent it: AWS has one time.
   * Undefined until a reply has told. As exact as a `Date` header and the way of a reply are: some seconds.
   */
  get latestMs(): number | undefined {
    return this.#latestMs;
  }

  /** Milliseconds to add to our clock when signing for this host. */
  offsetMs(host: string): number {
    return this.#offsets.get(host) ?? 0;
  }

  /** True when the reply changed what is known about the host's clock. */
  observe(
    host: string,
    headers: IncomingHttpHeaders,
    times: { readonly sentMs: number; readonly nowMs: number },
  ): boolean {
    // An Age header means that a cache answered, with the date of long ago.
    if (headers.age !== undefined || times.nowMs - times.sentMs > maxRequestMs) return false;
    const serverMs = Date.parse(headers.date ?? "");
    if (Number.isNaN(serverMs)) return false;
    const offset = serverMs - times.nowMs;
    this.#latestMs = offset;
    if (Math.abs(offset - this.offsetMs(host)) < significantMs) return false;
    this.#offsets.set(host, offset);
    return true;
  }
}
