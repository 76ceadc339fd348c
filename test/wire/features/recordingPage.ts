/** For machines that are busy with other tests. */
const patienceMs = 10_000;

/** The surroundings that all pages have, as a test sees them: what was posted, copied, opened, run. */
export class RecordingPage<M extends object> {
  readonly posted: M[] = [];
  readonly copied: string[] = [];
  readonly opened: string[] = [];
  readonly ran: unknown[][] = [];
  readonly revealed: unknown[] = [];
  title = "";
  isClosed = false;
  readonly #watchers = new Set<() => void>();

  post(message: M): void {
    // As over the real channel: a copy, not the object.
    this.posted.push(structuredClone(message));
    for (const watcher of [...this.#watchers]) watcher();
  }

  setTitle(title: string): void {
    this.title = title;
  }

  close(): void {
    this.isClosed = true;
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

  reveal(node: unknown): Promise<void> {
    this.revealed.push(node);
    return Promise.resolve();
  }

  /** What `find` answers as soon as it passes; looked at after each message. */
  protected untilFound<T>(what: string, find: () => T | undefined, passes: (found: T) => boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = find();
        if (found === undefined || !passes(found)) return;
        clearTimeout(timer);
        this.#watchers.delete(check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(check);
        reject(new Error(`The expected ${what} never came. The last one was ${JSON.stringify(find())}`));
      }, patienceMs);
      this.#watchers.add(check);
      check();
    });
  }
}
