// Which environment variables are secrets, by their names and by the look of their values.

/** Words for secrets alone, and words that also occur in names of other things: `PARTITION_KEY`, `PRIVATE_SUBNET`. */
const strong =
  /secret|passw|passphrase|token|api_?key|private_?key|credential|connection_?string|(^|_)(pwd|pass|dsn)($|_)/i;
const weak = /private|(^|_)(auth|key)($|_)/i;
/** Words behind a name of a secret that make it something about the secret: `SECRET_NAME`, `TOKEN_TTL`. */
const about = /_(name|arn|id|url|uri|endpoint|path|file|param|parameter|type|ttl|prefix|expiry|length)$/i;

/** Whether a variable of this name looks like a secret. */
export function looksSecret(name: string): boolean {
  return strong.test(name) || weak.test(name);
}

/** Whether the value of a variable of this name is a secret beyond doubt. */
export function isSecretName(name: string): boolean {
  return strong.test(name) && !about.test(name);
}

/** A word, a number, or a value that AWS prints anyway: masking it in other texts would hide no secret, but the text. */
export function isCommon(value: string): boolean {
  return (
    /^[a-z]+$/i.test(value) ||
    /^[-+]?[\d.,:]+$/.test(value) ||
    /^[a-z]{2}(-[a-z]+){1,2}-\d$/.test(value) ||
    /^arn:aws[\w-]*:/.test(value) ||
    /^\d{4}-\d\d-\d\d/.test(value) ||
    /^https:\/\/[\w-]+\.(lambda-url|execute-api)\.[\w.-]+\/?$/.test(value)
  );
}

/** Letters and digits mixed, as keys, hashes and generated passwords have them. */
export function looksLikeCredential(value: string): boolean {
  return (
    value.length >= 12 && /\d[a-z]/i.test(value) && /[a-z]/i.test(value) && !/^\d{4}-\d\d-\d\dT/.test(value)
  );
}
