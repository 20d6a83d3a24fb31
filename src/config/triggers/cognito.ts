// `cognito`: a user pool calls the function while users sign up and sign in.
import { fields, list, matching, oneOf } from '../schema/checks.ts';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html */
const names = oneOf([
  'preSignUp',
  'postConfirmation',
  'preAuthentication',
  'postAuthentication',
  'preTokenGeneration',
  'userMigration',
  'customMessage',
  'defineAuthChallenge',
  'createAuthChallenge',
  'verifyAuthChallengeResponse',
]);

export const cognito = fields(
  {
    userPool: matching(
      /^(?:arn:aws[\w-]*:cognito-idp:[\w-]+:\d{12}:userpool\/)?[\w-]+_[0-9a-zA-Z]+$/,
      'the id or the ARN of a user pool, such as eu-central-1_AbCdEfGhI',
    ).describe('The user pool: its id or its ARN.'),
    triggers: list(names, 'a list of triggers')
      .min(1, { error: 'at least one trigger' })
      .describe('The moments at which the pool calls the function.'),
    preTokenGenerationVersion: oneOf(['V1_0', 'V2_0', 'V3_0'])
      .optional()
      .meta({ description: 'Version of the event of preTokenGeneration.', default: 'V1_0' }),
  },
  'a map with userPool and triggers',
).meta({
  description:
    'A user pool of Amazon Cognito calls the function while users sign up and sign in. Other settings of the pool stay.',
  examples: [{ userPool: 'eu-central-1_AbCdEfGhI', triggers: ['preSignUp', 'postConfirmation'] }],
});
