//! What the product leaves in the checkout for itself: git is to know that it is of no interest.

use support::check::{Judgement, none_of};

use super::KEEPS_ITS_OWN_FILES_OUT_OF_GIT;
use crate::context::{Abort, Mission, TestContext};
use crate::walkthrough::{EXCLUDE, LEFTOVERS};

/// Judges what a person had to keep out of git, so that the way could go on.
pub(super) fn judge_own_files(
    context: &mut TestContext<'_>,
    mission: &Mission,
) -> Result<(), Abort> {
    let ignored = "git ls-files --others --ignored --exclude-standard --directory";
    let command = format!("{ignored} | git check-ignore --verbose --stdin");
    let step = context.shell(mission, &command).run()?;
    let listed = step.stdout_text();
    step.check(KEEPS_ITS_OWN_FILES_OUT_OF_GIT, |_| unheeded(&listed.lines().collect::<Vec<_>>()));
    Ok(())
}

/// Each line is `file:number:pattern`, a tab, and a path: git names the pattern that decides.
fn unheeded(lines: &[&str]) -> Judgement {
    let mut found: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.split_once('\t')?.0.strip_prefix(EXCLUDE)?.rsplit(':').next())
        .filter(|pattern| LEFTOVERS.contains(pattern))
        .collect();
    found.sort_unstable();
    found.dedup();
    let all = found.join(" ");
    none_of("nothing that only a person keeps out of git", &found, |_| {
        format!("not-ignored: {all}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_product_ignores_itself_is_no_litter() {
        assert!(unheeded(&[".gitignore:3:.worktrees/\t.worktrees/"]).held());
        let ours =
            ".git/info/exclude:1:.kittify/legacy-warning-shown-*\t.kittify/legacy-warning-shown-1";
        assert_eq!(
            unheeded(&[ours]).signature.unwrap(),
            "not-ignored: .kittify/legacy-warning-shown-*"
        );
    }
}
