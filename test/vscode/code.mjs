#!/usr/bin/env node
// Understands the arguments that @vscode/test-electron starts VS Code with, where Desktop cannot be downloaded.
import { createRequire } from "node:module";
import "tsx";

createRequire(import.meta.url)("./code.ts");
