// How the tests of the control plane read answers and refusals.

/** `BadRequestException 400: text` */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode}: ${message}`;
  }
  return 'not refused';
}

export const bad = (text: string) => `BadRequestException 400: ${text}`;
export const missing = (text: string) => `NotFoundException 404: ${text}`;
export const conflict = (text: string) => `ConflictException 409: ${text}`;

/** An answer without its metadata. */
export const facts = ({ $metadata: _, ...rest }: object & { $metadata?: unknown }) => rest;
