const { commands } = require("vscode");

module.exports = {
  async activate() {
    await commands.executeCommand("workbench.view.extension.appInstances");
    if (process.env.APP_INSTANCES_START_SANDBOX) await commands.executeCommand("appInstances.startSandbox");
  },
};
