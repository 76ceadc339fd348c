/** Entry of `dist/aws.js`: the credential providers cost 30 ms and 280 KB, so they are loaded when one is first asked. */
// By name: `export *` of a CommonJS package leaves its names invisible to the `import()` that loads this bundle.
export { fromIni, fromNodeProviderChain, fromSSO } from "@aws-sdk/credential-providers";
export { externalDataInterceptor } from "@smithy/shared-ini-file-loader";
