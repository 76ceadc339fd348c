import { channel } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

const strangers: { readonly host: string; readonly authorization: string }[] = [];
let isListening = false;

/** Requests go to this machine only; whatever was meant for another one is broken off and remembered. */
export function watchHosts(): void {
  if (isListening) return;
  isListening = true;
  channel("http.client.request.start").subscribe((message) => {
    const { request } = message as { readonly request: ClientRequest };
    const host = String(request.getHeader("host") ?? request.host);
    if (/^(127\.0\.0\.1|localhost)(:|$)/.test(host)) return;
    strangers.push({ host, authorization: String(request.getHeader("authorization")) });
    request.destroy(new Error(`The campaign lets nobody reach ${host}`));
  });
}

/** A host elsewhere that was sent something signed with one of these keys. */
export function strangerOf(accessKeyIds: readonly string[]): string | undefined {
  return strangers.find(({ authorization }) => accessKeyIds.some((id) => authorization.includes(`=${id}/`)))?.host;
}
