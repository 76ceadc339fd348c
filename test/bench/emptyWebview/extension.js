const { commands, ViewColumn, window } = require("vscode");

module.exports = {
  activate({ subscriptions }) {
    const open = () => {
      const panel = window.createWebviewPanel("emptyWebview", "Empty", ViewColumn.Active, { enableScripts: true });
      panel.webview.html = '<!DOCTYPE html><html><body><button id="empty">Empty</button></body></html>';
    };
    subscriptions.push(commands.registerCommand("emptyWebview.open", open));
  },
};
