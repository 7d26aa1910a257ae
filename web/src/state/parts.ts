/** A promise-less piece of state that belongs to a workspace and ends with it. */
export interface Part {
  close?(): void;
}
