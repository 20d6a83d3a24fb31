// Input that AWS rejects or does not know: a value, a policy, a role, the name of a resource.
import { failed } from '../described.ts';
import { lower } from '../words.ts';
import { type Advice, type Kind, subject } from './refusal.ts';

const invalid: Advice = (refusal) =>
  failed(
    `${subject(refusal)} ${lower(refusal.text)}`,
    undefined,
    'correct the value in slsctl.yml and run it again',
  );

const policy: Advice = (refusal) =>
  failed(
    `${subject(refusal)} the policy document is not valid`,
    lower(refusal.text),
    'correct the policy and run it again',
  );

const notAssumable: Advice = ({ text }) =>
  failed(
    lower(text),
    'a new role takes some seconds to become usable; a role of your own must trust lambda.amazonaws.com',
    ['run the same command again; ', { command: 'role show', why: 'prints the trust policy' }],
  );

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-delete-replicas.html */
const replicated: Advice = ({ text }) =>
  failed(
    lower(text),
    'CloudFront removes the copies of a function some hours after the last distribution has left it',
    ['run the same command again in some hours; ', { command: 'status', why: 'shows what is left' }],
  );

const notFound: Advice = (refusal) => {
  const { text, call, resource } = refusal;
  const qualified = call === 'Lambda:Invoke' && /(:[^:]+){7}$/.test(text) && !text.endsWith(':$LATEST');
  return failed(
    `${subject(refusal)} ${lower(text)}`,
    'it does not exist in this account and region',
    qualified
      ? { command: `versions ${resource ?? ''}`.trim(), why: 'the versions and aliases that there are' }
      : [
          'check the name, --region, --profile and --stage; ',
          { command: 'deploy', why: 'creates what the project declares' },
        ],
  );
};

export const inputErrors: Kind = {
  codes: {
    InvalidParameterValueException: invalid,
    InvalidParameterException: invalid,
    InvalidRequestContentException: invalid,
    InvalidInput: invalid,
    InvalidInputException: invalid,
    ValidationException: invalid,
    ValidationError: invalid,
    ResourceNotFoundException: notFound,
    NoSuchEntity: notFound,
    NoSuchEntityException: notFound,
    MalformedPolicyDocument: policy,
    MalformedPolicyDocumentException: policy,
  },
  match({ name, text }) {
    if (name !== 'InvalidParameterValueException') return undefined;
    if (/cannot be assumed by Lambda/i.test(text)) return notAssumable;
    return /replicated function/i.test(text) ? replicated : undefined;
  },
};
