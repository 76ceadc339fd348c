// Stands in for VS Code's native log writer, which is not compiled here: without it no log file and no output channel
// of an extension would have any text.
const { appendFileSync, mkdirSync } = require("node:fs");
const { dirname } = require("node:path");

const levels = ["trace", "debug", "info", "warn", "error", "critical", "off"];
const labels = ["trace", "debug", "info", "warning", "error", "critical"];

class Logger {
  #file;
  #level = 2;
  #hasPattern = true;

  constructor(_type, _name, file) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
  }

  getLevel() {
    return this.#level;
  }

  setLevel(level) {
    this.#level = level;
  }

  setPattern() {
    this.#hasPattern = true;
  }

  clearFormatters() {
    this.#hasPattern = false;
  }

  flush() {}

  drop() {}

  write(level, message) {
    if (level < this.#level) return;
    const time = new Date().toISOString().replace("T", " ").replace("Z", "");
    appendFileSync(this.#file, this.#hasPattern ? `${time} [${labels[level]}] ${message}\n` : message);
  }
}

for (const [level, name] of levels.slice(0, -1).entries()) {
  Logger.prototype[name] = function (message) {
    this.write(level, message);
  };
}

async function createLogger(name, file) {
  return new Logger("rotating", name, file);
}

const version = 0;
const createRotatingLogger = createLogger;
const createAsyncRotatingLogger = createLogger;
function setLevel() {}
function setFlushOn() {}

// Plain names only: VS Code imports this as an ES module, whose names are read off this line.
module.exports = { version, setLevel, setFlushOn, Logger, createRotatingLogger, createAsyncRotatingLogger };
