// Stands in for VS Code's native watchdog, which is not compiled here: a stuck host is ended with its server's process group.
function start() {}

function exit(code) {
  process.exit(code);
}

module.exports = { start, exit };
