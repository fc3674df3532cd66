import { type Question, readTurns } from './question.ts';

/** What a question weighs. */
export interface QuestionSize {
  /** Tokens, roughly. */
  readonly tokens: number;
  readonly images: number;
  /** Characters of all images. */
  readonly imageCharacters: number;
}

/** A rough size: four characters a token, and a fixed number for each image. */
export function measureQuestion(question: Question, bytes: number): QuestionSize {
  let images = 0;
  let imageCharacters = 0;
  for (const { user } of readTurns(question)) {
    for (const { source } of user?.images ?? []) {
      images += 1;
      imageCharacters += source.bytes.length;
    }
  }
  return { tokens: Math.ceil((bytes - imageCharacters) / 4) + images * imageTokens, images, imageCharacters };
}

const imageTokens = 1500;
