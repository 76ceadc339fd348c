import { CancelledError } from "../../core/errors";
import { nameText } from "../../ui/text/instanceText";
import type { Prompts } from "../../ui/prompts/prompts";

/** Asks for the code that a device shows. Rejects with CancelledError when the user declines. */
export async function askMfaCode(prompts: Pick<Prompts, "input">, serial: string, profile: string): Promise<string> {
  const answer = await prompts.input({
    title: `Sign in to ${nameText(profile)}`,
    prompt: `Code of the MFA device ${nameText(serial)}`,
    placeholder: "123456",
    validate: (value, isFinal) => (!isFinal || /^\d{6}$/.test(value.trim()) ? undefined : "The code has six digits."),
  });
  if (answer.type !== "value") throw new CancelledError();
  return answer.value.trim();
}
