using System.Text.RegularExpressions;

namespace HaConsole.Tidy.Tests;

/// <summary>The Debian package and its unit, read as text: what an administrator relies on. <c>scripts/check-package.sh</c> installs it.</summary>
public sealed partial class PackageTests
{
    private static readonly string Unit = Repository.Text("packaging/systemd/haconsole.service");

    [Theory]
    [InlineData("Type=notify")]
    [InlineData("KillMode=mixed")]
    [InlineData("User=haconsole")]
    [InlineData("Restart=on-failure")]
    [InlineData("RestartPreventExitStatus=64 65")]
    [InlineData("ExecReload=/usr/bin/haconsole restart")]
    [InlineData("NoNewPrivileges=yes")]
    [InlineData("StateDirectoryMode=0700")]
    public void The_unit_has(string line) => Assert.Contains(line, Unit.Split('\n'));

    [Fact]
    public void A_stop_has_as_much_time_as_the_documentation_says()
    {
        Assert.Contains("TimeoutStopSec=90", Unit.Split('\n'));
        Assert.Contains("90 s", Repository.Text("docs/lifecycle/install.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_settings_file_is_the_administrators_own()
    {
        var conffiles = Repository.Text("packaging/debian/conffiles").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Repository.Clean("conffiles", conffiles.Where(x => !Repository.Exists("packaging/debian/" + Path.GetFileName(x))).Select(x => $"{x}: is not packaged"));
        Assert.All(["/etc/haconsole/environment", "/etc/haconsole/haconsole.json"], x => Assert.Contains(x, conffiles));
    }

    [Fact]
    public void Keys_that_the_settings_files_show_are_documented()
    {
        var documented = Repository.Text("docs/configuration.md");
        Repository.Clean("packaging/debian/environment", Key().Matches(Repository.Text("packaging/debian/environment")).Select(x => x.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal))
            .Where(x => x.Contains(':', StringComparison.Ordinal) && !documented.Contains(x, StringComparison.Ordinal)).Select(x => $"{x}: no such key"));
    }

    [Theory]
    [InlineData("preinst")]
    [InlineData("postinst")]
    [InlineData("prerm")]
    [InlineData("postrm")]
    public void Maintainer_scripts_end_at_the_first_error(string script)
    {
        var lines = Repository.Text("packaging/debian/" + script).Split('\n');
        Assert.Equal("#!/bin/sh", lines[0]);
        Assert.Contains("set -e", lines);
    }

    [Fact]
    public void Only_a_purge_removes_data()
    {
        var script = Repository.Text("packaging/debian/postrm");
        Assert.True(script.IndexOf("rm -rf /var/lib/haconsole", StringComparison.Ordinal) > script.IndexOf("\"$1\" = purge ]; then\n  rm", StringComparison.Ordinal));
        Assert.DoesNotContain("rm -rf", Repository.Text("packaging/debian/prerm"), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^#?([A-Z][A-Za-z0-9_]+)=", RegexOptions.Multiline)]
    private static partial Regex Key();
}
