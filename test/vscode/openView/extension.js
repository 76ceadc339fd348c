const { commands } = require("vscode");

module.exports = {
  activate() {
    return commands.executeCommand("workbench.view.extension.appInstances");
  },
};
