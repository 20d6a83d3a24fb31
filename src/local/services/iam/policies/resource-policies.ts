// The Policies face of IAM: policies of other services' resources, and what roles may do.
import type { Policies } from '../../../faces.ts';
import type { IamState } from '../state.ts';
import type { Context } from './conditions.ts';
import { evaluate, type Request } from './evaluation.ts';
import { policiesAt, type Simulated } from './simulation.ts';

/** Answers to the same questions, which come with every event. They depend on nothing but the question. */
const answers = new Map<string, boolean>();
const mostAnswers = 1000;

export const policiesFace = (state: IamState): Policies => ({
  allowsService(document, request) {
    const { principals, action, resource, context } = request;
    const question = `${JSON.stringify(request)}\n${document}`;
    let answer = answers.get(question);
    if (answer === undefined) {
      const policy = { source: '', document };
      const asked = { action, resource, context: contextOf(context), services: principals };
      answer = evaluate([policy], asked).decision === 'allowed';
      if (answers.size >= mostAnswers) answers.clear();
      answers.set(question, answer);
    }
    return answer;
  },

  allowsRole: (roleArn, action, resource) => allows(state, roleArn, { action, resource, context: new Map() }),

  allowsCaller(callerArn, { action, resource, context }) {
    if (callerArn.endsWith(':root')) return true;
    // The role of a session: arn:aws:sts::A:assumed-role/NAME/SESSION
    const identity = callerArn.replace(/:sts:(:\d+:)assumed-role\/([^/]+)\/.*$/, ':iam:$1role/$2');
    return allows(state, identity, { action, resource, context: contextOf(context) });
  },
});

function contextOf(context: Readonly<Record<string, string>>): Context {
  return new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value]]));
}

/** Whether the policies of the role or user with this ARN allow it. An unknown identity may do nothing. */
function allows(state: IamState, arn: string, request: Request): boolean {
  let own: Simulated;
  try {
    own = policiesAt(state, arn.split(':')[4] ?? '', arn);
  } catch {
    return false;
  }
  const allowed = (policies: Simulated['policies']) => evaluate(policies, request).decision === 'allowed';
  return allowed(own.policies) && (own.boundaries.length === 0 || allowed(own.boundaries));
}
