import { ChatError, toChatError } from '../../core/errors.ts';
import { nearNames } from '../names.ts';
import type { Question } from '../question.ts';
import { describeFindings, validateQuestion } from '../validate.ts';

/** What is known beside a refusal. */
export interface Circumstances {
  /** As the client named it. */
  readonly model: string;
  readonly modelIds: readonly string[];
  readonly maxInputTokens: number | undefined;
  /** Tokens of the request, estimated, where they matter. */
  readonly inputTokens: number | undefined;
  readonly question: Question | undefined;
  /** When the allowance is renewed; milliseconds since 1970. */
  readonly resetsAt: number | undefined;
}

/** A failure with all that the gateway knows of its cause. */
export function explain(thrown: unknown, known: Circumstances): ChatError {
  const error = toChatError(thrown);
  // Explained before.
  if (error.cause instanceof ChatError) return error;
  switch (error.kind) {
    case 'overflow': {
      const maximum = known.maxInputTokens ?? usualWindow;
      // The service counted; where the estimate is below the limit, it is the estimate that is wrong.
      const used = Math.max(known.inputTokens ?? 0, maximum + 1);
      return change(error, `prompt is too long: ${used} tokens > ${maximum} maximum`, { tokens: { used, maximum } });
    }
    case 'unknown-model': {
      const near = nearNames(known.model, known.modelIds);
      const hint = near.length === 0 ? '' : ` Near names: ${near.join(', ')}.`;
      return change(error, `The model "${known.model}" is not available.${hint} See all: kiro-gw models`, {});
    }
    case 'quota': {
      if (known.resetsAt === undefined) return error;
      const date = new Date(known.resetsAt).toISOString().slice(0, 10);
      return change(error, `${error.message} It is renewed on ${date}.`, { details: { resetsAt: date } });
    }
    case 'invalid': {
      const { question } = known;
      const findings = question === undefined ? [] : validateQuestion(question.body);
      if (findings.length === 0) return error;
      const words = describeFindings(findings, question?.origins);
      return change(error, `${error.message} The gateway's own check found: ${words}`, {});
    }
    default:
      return error;
  }
}

function change(
  error: ChatError,
  message: string,
  more: { readonly tokens?: ChatError['tokens']; readonly details?: ChatError['details'] },
): ChatError {
  const { param, code, retryAfter, upstreamId } = error;
  const { tokens = error.tokens, details = error.details } = more;
  return new ChatError(error.kind, message, {
    ...(param === undefined ? {} : { param }),
    ...(code === undefined ? {} : { code }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(upstreamId === undefined ? {} : { upstreamId }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(details === undefined ? {} : { details }),
    cause: error,
  });
}

const usualWindow = 200_000;
