import type { InvalidResponse } from "./response";
import { requestIdOf } from "./response";
import { SendError, type WireResponse } from "./transport";

/*
 * Replies that nothing shows to be the service's: proxies, captive portals and gateways answer for it, also after it has
 * carried the request out. To the caller each is an attempt without a reply, whose outcome is unknown.
 */

/** An error without an AWS error code. A service that refuses says one. */
export function codelessReply(
  host: string,
  status: number,
  reply: { readonly message: string; readonly requestId: string | undefined },
): SendError {
  if (status === 407)
    return new SendError(
      `The proxy between here and ${host} wants a user name and password (HTTP 407). Set them in http.proxy or let VS Code ask for them.`,
      "ProxyAuthenticationRequired",
      true,
    );
  const text =
    reply.requestId === undefined
      ? `HTTP ${status} from something between here and ${host} (no AWS error code)`
      : `HTTP ${status} from ${host} without an AWS error code`;
  return new SendError(`${text}: ${reply.message}`, "NoErrorCode", true);
}

/** A success with another body than the operation's. */
export function invalidReply(error: InvalidResponse, host: string, response: WireResponse): SendError {
  const from = requestIdOf(response) === undefined ? `${host} or something before it: no AWS request id` : host;
  return new SendError(`${error.message} (HTTP ${response.status} from ${from})`, error.name, true, { cause: error });
}
