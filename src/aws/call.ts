/** Entry of `dist/call.js`: `npm run -s call`. */
import { call } from "./callCommand";

void call(process.argv.slice(2), process.env).then(({ stdout, stderr, exitCode }) => {
  if (stdout !== undefined) process.stdout.write(`${stdout}\n`);
  if (stderr !== undefined) process.stderr.write(`${stderr}\n`);
  process.exitCode = exitCode;
});
