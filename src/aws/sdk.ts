/** Entry of `dist/aws.js`: the credential providers cost 30 ms and 400 KB, so they are loaded at the first call. */
export * from "@aws-sdk/credential-providers";
