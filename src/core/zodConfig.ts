import * as z from "zod/mini";

/**
 * zod would compile schemas with `eval`, after probing for it: a page's policy reports the probe, and the extension host
 * logs an error for a global that it reads. Must be imported before any schema is made.
 */
z.config({ jitless: true });
