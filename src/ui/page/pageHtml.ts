import type { PageName } from "./restorePages";

export interface PageParts {
  /** Which page the script makes. */
  readonly page: PageName;
  readonly title: string;
  /** What the webview may load from: `webview.cspSource`. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** New for every page: the only script that runs is ours. */
  readonly nonce: string;
}

/** The scaffold of a page: everything to see is made by its script, as text nodes. Nothing inline runs or applies. */
export function pageHtml({ page, title, cspSource, scriptUri, styleUri, nonce }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeAttribute(title)}</title>
    <link rel="stylesheet" href="${escapeAttribute(styleUri)}" />
  </head>
  <body>
    <main id="page" data-page="${page}"></main>
    <script nonce="${nonce}" src="${escapeAttribute(scriptUri)}"></script>
  </body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
