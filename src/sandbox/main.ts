/** Entry of `dist/sandbox.js`: what the extension loads when the sandbox starts. */
export { startSandbox } from "./server";
export type { Sandbox, SandboxOptions } from "./server";
