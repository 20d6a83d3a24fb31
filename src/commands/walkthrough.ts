// `slsctl walkthrough`: a first Lambda function in nine steps, or the challenge that follows it, with slsctl itself.
import type { Context } from '../context.ts';
import { runLesson } from '../workflow/walkthrough/run.ts';

export async function walkthrough(context: Context, args: { challenge?: boolean } = {}): Promise<number> {
  if (args.challenge) {
    const { challenge } = await import('../workflow/walkthrough/challenge.ts');
    return runLesson(context, challenge());
  }
  const { firstFunction } = await import('../workflow/walkthrough/first-function.ts');
  return runLesson(context, firstFunction());
}
