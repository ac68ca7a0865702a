import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { t } from "../../model/message.ts";
import { UsageError } from "../errors.ts";

/**
 * Replaces a file's content at once, so that nobody ever sees half of it; mode and owner stay, and a link keeps
 * pointing at the file.
 * @throws UsageError when the file does not hold `before` any more; whatever the operating system refuses
 */
export function replaceFile(path: string, before: string, after: string): void {
  const target = realpathSync(path);
  if (readFileSync(target, "utf8") !== before)
    throw new UsageError(
      t("It was changed by someone else meanwhile, so it was left alone. Run the command again."),
    );
  const { mode, uid, gid } = statSync(target);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.nines-tmp`);
  const file = openSync(temporary, "wx", 0o600);
  try {
    writeFileSync(file, after);
    fchmodSync(file, mode);
    keepOwner(file, uid, gid);
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Only root can give files away; for others the owner is right already. */
function keepOwner(file: number, uid: number, gid: number): void {
  if (process.getuid?.() !== 0) return;
  fchownSync(file, uid, gid);
}
