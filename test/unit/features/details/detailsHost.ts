import type { DetailsHost } from "../../../../src/features/details/detailsSession";
import type { DetailsModel, ToDetails } from "../../../../src/ui/webviewProtocol";

/** For machines that are busy with other tests. */
const patienceMs = 10_000;

/** The page's surroundings as a test sees them. */
export class RecordingDetailsHost implements DetailsHost {
  readonly posted: ToDetails[] = [];
  readonly copied: string[] = [];
  readonly ran: unknown[][] = [];
  readonly opened: string[] = [];
  title = "";
  readonly #watchers = new Set<() => void>();

  post(message: ToDetails): void {
    this.posted.push(structuredClone(message));
    for (const watcher of [...this.#watchers]) watcher();
  }
  setTitle(title: string): void {
    this.title = title;
  }
  copy(text: string): Promise<void> {
    this.copied.push(text);
    return Promise.resolve();
  }
  openUrl(url: string): Promise<void> {
    this.opened.push(url);
    return Promise.resolve();
  }
  run(...command: unknown[]): Promise<void> {
    this.ran.push(command);
    return Promise.resolve();
  }
  reveal(): Promise<void> {
    return Promise.resolve();
  }
  reportError(error: unknown): void {
    throw error;
  }

  get model(): DetailsModel | undefined {
    return this.posted.findLast((message) => message.type === "details");
  }

  until(passes: (model: DetailsModel) => boolean): Promise<DetailsModel> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const { model } = this;
        if (!model || !passes(model)) return;
        clearTimeout(timer);
        this.#watchers.delete(check);
        resolve(model);
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(check);
        reject(new Error(`The expected details never came. The last were ${JSON.stringify(this.model)}`));
      }, patienceMs);
      this.#watchers.add(check);
      check();
    });
  }
}
