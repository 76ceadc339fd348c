import type { DetailsHost } from "../../../../src/features/details/controller";
import type { DetailsModel, ToDetails } from "../../../../src/ui/page/protocol/details";
import { RecordingPage } from "../recordingPage";

/** The page's surroundings as a test sees them. */
export class RecordingDetailsHost extends RecordingPage<ToDetails> implements DetailsHost {
  hasBeenPinned = false;

  isPinned(): boolean {
    return this.hasBeenPinned;
  }

  pin(): void {
    this.hasBeenPinned = true;
  }

  reportError(error: unknown): void {
    throw error;
  }

  get model(): DetailsModel | undefined {
    return this.posted.findLast((message) => message.type === "details");
  }

  until(passes: (model: DetailsModel) => boolean): Promise<DetailsModel> {
    return this.untilFound("details", () => this.model, passes);
  }
}
