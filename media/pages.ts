import { DetailsPage } from "./details";
import { FormPage } from "./form";
import { OperationPage } from "./operation";
import { byId } from "./page";

// One script for all pages: most of each is what they share.

const pages = { form: FormPage, details: DetailsPage, operation: OperationPage };

const main = byId("page");
const name = main?.dataset.page;
if (main && name !== undefined && name in pages) new pages[name as keyof typeof pages](main).start();
else throw new Error(`There is no page ${name}.`);
