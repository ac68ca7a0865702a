import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { booleanOf, field, valueOr } from "../../model/node.ts";
import { locationsOf, serverOf, TEMPLATE, VELERO_SCHEDULE } from "../../recovery/velero.ts";
import { defineRule } from "../rule.ts";

/** The locations to choose from. */
type Names = readonly string[];

export default defineRule<Names>({
  id: "velero-location-default",
  title: "Nothing decides where the backups go",
  severity: "error",
  appliesTo: [VELERO_SCHEDULE.replace("/", "/*/")],
  needsWholeWorkspace: true,
  docs: {
    why: "A schedule without `storageLocation` uses the location that is marked `default: true`, else one that is called `default` (or as `--default-backup-storage-location` says). Where there is none, every backup fails validation. Where two are marked, Velero's controller keeps the mark of the one that was created last and takes it from the others: in a cluster that was built in another order the backups land at another site, and every apply marks both again.",
    how: "Name the location in `template.storageLocation`, or mark exactly one as default.",
    sources: [
      "https://github.com/vmware-tanzu/velero/blob/main/pkg/controller/backup_controller.go",
      "https://github.com/vmware-tanzu/velero/blob/main/pkg/controller/backup_storage_location_controller.go",
      "https://velero.io/docs/main/api-types/backupstoragelocation/",
    ],
  },
  check(schedule, context) {
    const { snapshot } = context;
    const path = `${TEMPLATE}.storageLocation`;
    if (schedule.get(TEMPLATE)?.kind !== "map" || schedule.get(path) !== undefined) return;
    if (snapshot.layout.isPatched(schedule, path) || snapshot.layout.isOpen(schedule.document.uri)) return;
    const locations = locationsOf(snapshot, schedule);
    // None here at all: `velero install` makes one, which no file holds.
    if (locations.length === 0 || locations.some((each) => snapshot.layout.isPatched(each, "spec.default")))
      return;
    const marks = locations.map((each) => ({
      name: each.name,
      isDefault: valueOr(field(each.get("spec.default"), booleanOf), false),
    }));
    if (marks.some(({ name, isDefault }) => name === undefined || isDefault === undefined)) return;
    const names = marks.flatMap(({ name }) => name ?? []);
    const defaults = [...new Set(marks.flatMap(({ name, isDefault }) => (isDefault && name) || []))];
    if (defaults.length === 1) return;
    const fallback = serverOf(snapshot).location;
    if (defaults.length === 0 && names.includes(fallback)) return;
    const at = schedule.at(TEMPLATE);
    if (defaults.length === 0)
      context.report(
        at,
        t(
          "No storage location is marked as default and none is called “{fallback}”, so every backup of {schedule} fails validation. Name one in storageLocation: {names}.",
          { fallback, names: names.join(", "), schedule: schedule.name ?? "" },
        ),
        names,
      );
    else
      context.report(
        at,
        t(
          "{count} storage locations are marked as default ({names}): Velero keeps the mark of the one that was created last, so the order of creation decides where the backups of {schedule} go. Name one in storageLocation.",
          { count: defaults.length, names: defaults.join(", "), schedule: schedule.name ?? "" },
        ),
        defaults,
      );
  },
  fixes: [
    {
      id: "only-location",
      title: ([name]) => t("Store the backups at {name}", { name: name ?? "" }),
      preferred: (names) => names.length === 1,
      edits: (names, schedule) => {
        const [name] = names;
        return names.length === 1 && name !== undefined
          ? setPath(schedule, `${TEMPLATE}.storageLocation`, name)
          : undefined;
      },
    },
  ],
});
