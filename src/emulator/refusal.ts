import type { HttpAnswer } from './script.ts';

/** A service error that ends the handling of a request. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    super(`${answer.status}`);
    this.answer = answer;
  }
}

/** An error as the service writes it. */
export function writeRefusal(status: number, type: string, message: string, reason?: string | null): HttpAnswer {
  return {
    status,
    headers: { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.aws.codewhisperer/` },
    body: {
      __type: `com.amazon.aws.codewhisperer#${type}`,
      message,
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

/** An error as a sign-in service writes it. */
export function writeSignInRefusal(error: string, description: string, status = 400): HttpAnswer {
  return { status, body: { error, error_description: description, message: description } };
}
