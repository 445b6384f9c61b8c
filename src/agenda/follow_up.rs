//! What is done after the meeting, and by whom (S4, *Post-meeting follow-up*).

use super::Input;
use super::when::{deadline, long};
use crate::postmortem::choice::Status;
use crate::postmortem::deadline::Stage;
use crate::sheet::{Line, Sheet};
use crate::when;

/// Writes the three lists.
pub(super) fn write(input: &Input<'_>, sheet: &mut Sheet) {
    let postmortem = input.postmortem;
    let front = &postmortem.front;
    sheet.subheading("Within 24 hours, whoever writes");
    let mut tasks = vec![
        Line::new()
            .text("Write what was said into ")
            .code(postmortem.path())
            .text(", open points as questions"),
        "Give every action item a row with one owner, a priority and a day".into(),
    ];
    if front.meeting.is_missing() {
        tasks.push("Set `meeting:` in the front matter to when it was held".into());
    }
    tasks.push(match postmortem.status() {
        Status::Draft => {
            "Set `status: in-review` and open a pull request; it names whoever must approve".into()
        }
        Status::InReview => "Ask for the approvals that the pull request still names".into(),
        Status::Final => {
            "Open a pull request with what changed; an approval is for one text alone".into()
        }
    });
    tasks.push("Send the summary to everybody who was there, and to leadership".into());
    sheet.tasks(tasks);
    sheet.subheading("Within a week, whoever leads the team");
    let mut tasks = vec![
        "Bring the action items to the next planning; the urgent ones go in first".into(),
        "Ask the teams with alike systems: could this happen to us?".into(),
    ];
    let deadline = deadline(input, Stage::Final);
    if let Some((limit, due)) = deadline.filter(|_| postmortem.status() != Status::Final) {
        let by = due.map(|due| format!(", so before {}", when::moment(due)));
        tasks.push(
            format!(
                "Have the text final: within {} of the end of the incident{}",
                long(limit),
                by.unwrap_or_default()
            )
            .into(),
        );
    }
    sheet.tasks(tasks);
    sheet.subheading("From then on");
    sheet.list(vec![
        "Look at the action items every week, and celebrate what is done".into(),
        "None disappears: what is not done any more gets `dropped:` and a reason".into(),
    ]);
}
