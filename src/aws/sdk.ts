/** Entry of `dist/aws.js`: the credential providers cost 30 ms and 400 KB, so they are loaded at the first call. */
// By name: `export *` of a CommonJS package leaves its names invisible to the `import()` that loads this bundle.
export { fromIni, fromNodeProviderChain, fromSSO } from "@aws-sdk/credential-providers";
// The providers read the shared config files with this very loader: with any other, a profile could look different here.
export { externalDataInterceptor, loadSharedConfigFiles } from "@smithy/shared-ini-file-loader";
