// Numbers as DynamoDB keeps them: decimal, exact, up to 38 digits, written without an exponent.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
import { validation } from '../errors.ts';

/** The digits have neither leading nor trailing zeros; the first one stands before the point. Zero has no digits. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** Integers that are written as DynamoDB writes them. */
const plainInteger = /^(?:0|-?[1-9]\d{0,37})$/;

/** undefined: the text is not a number. */
export function parseDecimal(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', power = '0'] = form.exec(text) ?? [];
  if (whole + fraction === '') return undefined;
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  const exponent = whole.length - 1 - (all.length - digits.length) + Number(power);
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return { negative: false, digits: '', exponent: 0 };
  return { negative: sign === '-', digits: significant, exponent };
}

export function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}

/** @throws ValidationException for a number that DynamoDB cannot keep */
function checkRange(number: Decimal): Decimal {
  if (number.exponent > 125) {
    throw validation(
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
  }
  if (number.exponent < -130) {
    throw validation(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  if (number.digits.length > 38) {
    throw validation('Attempting to store more than 38 significant digits in a Number');
  }
  return number;
}

/** The number as DynamoDB writes it. @throws ValidationException */
export function normalNumber(text: string): string {
  if (plainInteger.test(text)) return text;
  if (text === '') throw validation('The parameter cannot be converted to a numeric value');
  const number = parseDecimal(text);
  if (!number) throw validation(`The parameter cannot be converted to a numeric value: ${text}`);
  return formatDecimal(checkRange(number));
}

/** @throws ValidationException when DynamoDB cannot keep the result */
export function addNumbers(left: string, right: string, subtract = false): string {
  const a = scaled(left);
  const b = scaled(right);
  const power = Math.min(a.power, b.power);
  const x = a.units * 10n ** BigInt(a.power - power);
  const y = b.units * 10n ** BigInt(b.power - power);
  return normalNumber(`${subtract ? x - y : x + y}e${power}`);
}

/** The number as an integer times a power of ten. */
function scaled(text: string): { units: bigint; power: number } {
  const { negative, digits, exponent } = parseDecimal(text) as Decimal;
  if (digits === '') return { units: 0n, power: 0 };
  const units = BigInt(digits);
  return { units: negative ? -units : units, power: exponent - digits.length + 1 };
}

/** A text whose order among the texts of other numbers is that of the numbers. */
export function sortableNumber(text: string): string {
  const { negative, digits, exponent } = parseDecimal(text) as Decimal;
  if (digits === '') return 'o';
  if (!negative) return `p${String(exponent + 130).padStart(3, '0')}${digits}`;
  const complement = digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
  // The tilde comes after all digits: of two negative numbers the one with more digits is smaller.
  return `n${String(125 - exponent).padStart(3, '0')}${complement}~`;
}

/** The bytes that the number counts for. */
export function sizeOfNumber(text: string): number {
  const { negative, digits, exponent } = parseDecimal(text) as Decimal;
  if (digits === '') return 1;
  const count = digits.length;
  return 1 + Math.ceil(count / 2) + (count % 2 || exponent % 2 ? 0 : 1) + (negative ? 1 : 0);
}
