// What a person gets to see, in an order in which one screen leads to the next. Taken by pictures.mjs.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
const [{ steps }] = manifest.contributes.walkthroughs;

/** `show` brings it up, `leave` tidies up for the next one. */
export const screens = [
  {
    name: "welcome",
    async show(workbench) {
      // Toasts come and go; the views say the same.
      await workbench.quickInput.runCommand("Notifications: Toggle Do Not Disturb Mode");
      await workbench.showView();
      await workbench.tree("Instances").welcomeText();
    },
  },
  ...steps.map(({ id, media }, index) => ({
    name: `walkthrough-${id}`,
    async show(workbench) {
      if (index === 0) await workbench.tree("Instances").clickWelcome("how it works");
      const step = workbench.page.locator(`.getting-started-step[data-step-id$="#${id}"]`);
      await step.waitFor();
      if ((await step.getAttribute("aria-expanded")) !== "true") await step.click();
      await workbench.webview().locator("svg title", { hasText: media.altText }).waitFor({ state: "attached" });
    },
    ...(index === steps.length - 1 && { leave: closeEditors }),
  })),
  {
    name: "tree",
    async show(workbench) {
      await workbench.runCommand("Start Sandbox");
      await waitForInstances(workbench);
    },
  },
  {
    name: "tree-narrow",
    show: (workbench) => workbench.setSideBarWidth(200),
    leave: (workbench) => workbench.setSideBarWidth(320),
  },
  {
    name: "prerequisites",
    async show(workbench) {
      await workbench.runCommand("Check Prerequisites…");
      await workbench.quickInput.pick("Supply Chain instance");
      await workbench.quickInput.row("Check again").waitFor();
    },
    async leave(workbench) {
      await workbench.quickInput.escape();
      await workbench.quickInput.waitForClosed();
    },
  },
  ...[
    { answer: "q3-pilot" },
    { answer: "Pilot of the third quarter" },
    { pick: "AWS owned key" },
    { answer: "" },
    { pick: "Done" },
    { pick: "Create in sandbox" },
  ].map(({ answer, pick }, index) => ({
    name: `wizard-${index + 1}`,
    async show(workbench) {
      if (index === 0) await workbench.runCommand("Create Supply Chain Instance…");
      await workbench.quickInput.waitForTitle(`(${index + 1}/6)`);
      if (pick) await workbench.quickInput.row(pick).first().waitFor();
      else await workbench.quickInput.type(answer);
    },
    async leave(workbench) {
      if (pick) await workbench.quickInput.pick(pick);
      else await workbench.quickInput.accept();
      if (index === 5) await workbench.tree("Instances").waitForRow("q3-pilot", "Active");
    },
  })),
  {
    name: "form",
    async show(workbench) {
      await workbench.runCommand("Create Instance with Form…");
      const form = workbench.webview();
      await form.getByLabel("Kind").selectOption("supplyChain");
      await form.getByLabel(/^Name/).fill("returns-apac");
      await form.getByLabel(/^Web app domain/).fill("returns-apac");
      await addTag(form, "team", "logistics");
      await addTag(form, "sandbox:fail-create", "true");
    },
  },
  {
    name: "form-failed",
    async show(workbench) {
      const form = workbench.webview();
      await form.locator("#submit").click();
      await form.getByText("Could not create returns-apac").first().waitFor();
    },
    leave: closeEditors,
  },
  {
    name: "recreate",
    show: openRecreate,
    leave: closeEditors,
  },
  {
    name: "details",
    async show(workbench) {
      await workbench.tree("Instances").contextMenu("returns-emea", "Show Details");
      await workbench.webview().getByText("What to do:").waitFor();
    },
    leave: closeEditors,
  },
  {
    name: "activity",
    async show(workbench) {
      await createChime(workbench, "sales-chat");
      // Its view has all the room.
      await instancesHeader(workbench).click();
      await workbench.tree("Activity").waitForRow("Create sales-chat");
    },
  },
  {
    name: "operation",
    async show(workbench) {
      await workbench.tree("Activity").click("Create returns-apac");
      await workbench.webview().getByText("What to do:").waitFor();
    },
    async leave(workbench) {
      await closeEditors(workbench);
      await instancesHeader(workbench).click();
    },
  },
];

/** The heart of it: live states, and a failure with its reason and what to do. */
export async function readmePicture(workbench) {
  await workbench.showView();
  await workbench.runCommand("Start Sandbox");
  await waitForInstances(workbench);
  await createChime(workbench, "sales-chat");
  await workbench.notifications.close("sales-chat was created");
  await openRecreate(workbench);
}

async function waitForInstances(workbench) {
  const tree = workbench.tree("Instances");
  await tree.waitForRow("demand-planning", "Active");
  await tree.waitForRow("inbound-eu", /^Initializing/);
  await tree.waitForRow("support-chat");
}

async function createChime(workbench, name) {
  const { quickInput } = workbench;
  await workbench.runCommand("Create Chime App Instance…");
  for (const [step, text] of Object.entries({ "(1/4)": name, "(2/4)": "" })) {
    await quickInput.waitForTitle(step);
    await quickInput.answer(text);
  }
  await quickInput.waitForTitle("(3/4)");
  await quickInput.pick("Done");
  await quickInput.waitForTitle("(4/4)");
  await quickInput.pick("Create in sandbox");
  await workbench.tree("Instances").waitForRow(name, "");
}

async function openRecreate(workbench) {
  await workbench.tree("Instances").contextMenu("returns-emea", "Recreate…");
  await workbench.webview().getByText("Access denied").first().waitFor();
}

async function addTag(form, key, value) {
  await form.getByLabel("New tag key").fill(key);
  await form.getByLabel("New tag value").fill(value);
  await form.getByRole("button", { name: "Add" }).click();
}

function closeEditors(workbench) {
  return workbench.quickInput.runCommand("View: Close All Editors");
}

function instancesHeader(workbench) {
  return workbench.tree("Instances").root.locator(".pane-header .title").first();
}
