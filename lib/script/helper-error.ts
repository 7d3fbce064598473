/** A helper that can't do its work with what the script gave it. `message` is thrown inside of the script. */
export class HelperError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "HelperError";
  }
}
