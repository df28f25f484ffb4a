export { RecordDetailPage as DetailRoute } from "@/platform/records/pages";
