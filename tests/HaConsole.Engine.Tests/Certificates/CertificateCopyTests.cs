using HaConsole.Engine.Certificates;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.State;
using HaConsole.Engine.Tests.Loop;
using HaConsole.Engine.Tests.State;

namespace HaConsole.Engine.Tests.Certificates;

/// <summary>Putting files in place on one server, and the whole way on a real pair.</summary>
public sealed class CertificateCopyTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ScratchFolder folder = new();
    private readonly TestCertificates made = new();

    public void Dispose()
    {
        made.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Install_KeepsWhatWasThereAndGivesKeysToTheirOwnerOnly()
    {
        var definition = made.Write(folder["here"], made.Make());
        SetMode(definition.KeyFile, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        SetMode(definition.CertificateFile, OwnerOnly | UnixFileMode.GroupRead);
        var (oldKey, transfer) = (File.ReadAllText(definition.KeyFile), Transfer(definition));

        var outcome = CertificateCopier.Install(definition, definition, transfer, 2, At);

        Assert.True(outcome.Copied, outcome.Sentence);
        Assert.Equal([definition.KeyFile, definition.CertificateFile], outcome.Files);
        Assert.Equal([definition.KeyFile + ".bak-20260301T120000Z", definition.CertificateFile + ".bak-20260301T120000Z"], outcome.Backups);
        Assert.Equal(oldKey, File.ReadAllText(outcome.Backups[0]));
        Assert.Equal(OwnerOnly, ModeOf(definition.KeyFile));
        Assert.Equal(OwnerOnly | UnixFileMode.GroupRead, ModeOf(definition.CertificateFile));
        Assert.Empty(CertificateLook.Look(definition, TestCertificates.Now).Problems);
        Assert.Equal(5, Directory.GetFiles(folder["here"]).Length);

        Assert.Empty(CertificateCopier.Install(definition, definition, transfer, 2, At).Files);
        var later = CertificateCopier.Install(definition, definition, Transfer(definition), 2, At);
        Assert.All(later.Backups, backup => Assert.EndsWith("Z-2", backup, StringComparison.Ordinal));
    }

    [Fact]
    public void Install_KeepsOwnerAndGroup()
    {
        var definition = made.Write(folder["here"], made.Make());
        if (Environment.IsPrivilegedProcess)
        {
            using var given = FileCalls.OpenWithoutWaiting(definition.KeyFile);
            FileCalls.GiveTo(given, 12345, 12346);
        }

        var before = OwnerOf(definition.KeyFile);
        Assert.True(CertificateCopier.Install(definition, definition, Transfer(definition), 2, At).Copied);

        Assert.Equal(before, OwnerOf(definition.KeyFile));
        Assert.Equal(Environment.IsPrivilegedProcess, before == (12345, 12346));
    }

    [Fact]
    public void Install_OverALink_ReplacesTheLinkAndKeepsIt()
    {
        var definition = made.Write(folder["here"], made.Make());
        var real = folder["real.pem"];
        File.Move(definition.CertificateFile, real);
        File.CreateSymbolicLink(definition.CertificateFile, real);
        var before = File.ReadAllText(real);

        var outcome = CertificateCopier.Install(definition, definition, Transfer(definition), 2, At);

        Assert.True(outcome.Copied, outcome.Sentence);
        Assert.Equal(before, File.ReadAllText(real));
        Assert.Null(new FileInfo(definition.CertificateFile).LinkTarget);
        Assert.Equal(real, new FileInfo(outcome.Backups[^1]).LinkTarget);
    }

    [Fact]
    public void Install_WhereNothingIs_MakesTheFiles()
    {
        var definition = made.Write(folder["here"], made.Make());
        var transfer = Transfer(definition);
        foreach (var file in Directory.GetFiles(folder["here"]))
        {
            File.Delete(file);
        }

        var outcome = CertificateCopier.Install(definition, definition, transfer, 2, At);

        Assert.Equal((3, 0), (outcome.Files.Count, outcome.Backups.Count));
        Assert.Equal(OwnerOnly, ModeOf(definition.KeyFile));
    }

    [Fact]
    public void Install_ThatFailsOnTheWay_LeavesEverythingAsItWas()
    {
        var definition = made.Write(folder["here"], made.Make());
        var transfer = Transfer(definition);
        File.Delete(definition.CertificateFile);
        Directory.CreateDirectory(definition.CertificateFile);
        var before = File.ReadAllText(definition.KeyFile);

        var outcome = CertificateCopier.Install(definition, definition, transfer, 2, At);

        Assert.False(outcome.Copied);
        Assert.Contains("left everything as it was", outcome.Sentence, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(definition.KeyFile));
        Assert.Equal(2, Directory.GetFiles(folder["here"]).Length);
    }

    [Fact]
    public void Install_WhatTheOwnConfigurationDoesNotName_IsRefused()
    {
        var definition = made.Write(folder["here"], made.Make());
        var transfer = Transfer(definition);
        var elsewhere = transfer with { Definition = definition with { CertificateFile = folder["elsewhere.pem"] } };

        Assert.False(CertificateCopier.Install(definition, definition, elsewhere, 2, At).Copied);
        Assert.False(CertificateCopier.Install(null, null, transfer, 2, At).Copied);
        Assert.False(CertificateCopier.Install(definition, definition, transfer with { Key = made.Make().Key.Select(c => (byte)c).ToArray() }, 2, At).Copied);
        Assert.False(CertificateCopier.Install(definition, definition, transfer with { Chain = null }, 2, At).Copied);
        Assert.False(CertificateCopier.Install(definition, definition, transfer with { Chain = new byte[CertificateCopier.MostBytes] }, 2, At).Copied);
        Assert.False(File.Exists(folder["elsewhere.pem"]));
        Assert.Equal(3, Directory.GetFiles(folder["here"]).Length);
    }

    [Fact]
    public void Make_AKeyThatDoesNotBelong_IsRefusedAtTheSource()
    {
        var definition = made.Write(folder["here"], (made.Make().Certificate, made.Make().Key));

        var (transfer, sentence) = CertificateCopier.Make(definition, definition, 1, "anna");

        Assert.Null(transfer);
        Assert.Contains("does not belong to the certificate", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pair_ComparesTellsAndCopies()
    {
        await using var pair = await EnginePair.FormedAsync();
        var (good, other) = (made.Make(), made.Make());
        var definition = new CertificateDefinition { Name = "portal", CertificateFile = "/portal.pem", KeyFile = "/portal.key", ChainFile = "/chain.pem" };
        made.Write(pair.First.FilesBelow, good);
        made.Write(pair.Second.FilesBelow, other);
        Assert.True((await pair.First.Engine.EditConfigurationAsync(c => c with { Certificates = [definition] }, "anna", None)).OnPeer);

        await pair.Until(() => pair.First.Engine.Certificates.Certificates.SingleOrDefault() is { Identical: false } && pair.Second.Engine.Certificates.Certificates.SingleOrDefault() is { Identical: false }, "both see the difference");
        await pair.Until(() => pair.First.HasEvent("certificate-differs"), "it is told");
        Assert.False(pair.Second.HasEvent("certificate-differs"));
        await pair.Until(() => pair.First.Engine.Current.Alarms.Any(a => a.Code == "certificate-differs") && pair.Second.Engine.Current.Alarms.Any(a => a.Code == "certificate-differs"), "both show the alarm");

        // From the other server than the one that has the right files.
        var outcome = await pair.Second.Engine.CopyCertificateAsync("portal", 1, "anna", None);
        Assert.True(outcome.Copied, outcome.Sentence);
        Assert.Equal(good.Key, File.ReadAllText(pair.Second.FilesBelow + "/portal.key"));
        Assert.Equal(other.Key, File.ReadAllText(outcome.Backups.Single(b => b.Contains(".key.bak-", StringComparison.Ordinal))));
        Assert.True(pair.Second.Engine.Certificates.Certificates.Single().Identical);
        Assert.True(pair.Second.HasEvent("certificate-copied"));
        await pair.Until(() => pair.First.HasEvent("certificate-resolved") && pair.First.Engine.Current.Alarms.All(a => a.Code != "certificate-differs"), "it is over");

        File.WriteAllText(pair.Second.FilesBelow + "/portal.key", other.Key);
        var looked = await pair.First.Engine.LookAtCertificatesAsync(None);
        Assert.Equal((true, false), (looked.Certificates[0].Server1!.KeyMatches, looked.Certificates[0].Server2!.KeyMatches));
        await pair.Until(() => pair.Second.HasEvent("certificate-key-mismatch"), "the server whose key is wrong says so");
        var refused = await pair.First.Engine.CopyCertificateAsync("portal", 2, "anna", None);
        Assert.False(refused.Copied);
        Assert.Contains("does not belong", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(good.Key, File.ReadAllText(pair.First.FilesBelow + "/portal.key"));
        Assert.False((await pair.First.Engine.CopyCertificateAsync("nothing", 1, "anna", None)).Copied);
    }

    [Fact]
    public async Task Pair_ThePeerIsGone_RefusesToCopyAndKeepsWhatItSaidLast()
    {
        await using var pair = await EnginePair.FormedAsync();
        made.Write(pair.First.FilesBelow, made.Make());
        made.Write(pair.Second.FilesBelow, made.Make());
        await pair.First.Engine.EditConfigurationAsync(c => c with { Certificates = [new CertificateDefinition { Name = "portal", CertificateFile = "/portal.pem", KeyFile = "/portal.key", ChainFile = "/chain.pem" }] }, "anna", None);
        await pair.Until(() => pair.First.Engine.Certificates.Certificates.SingleOrDefault() is { Identical: false }, "the difference is known");

        await pair.Second.DisposeAsync();
        var outcome = await pair.First.Engine.CopyCertificateAsync("portal", 1, "anna", None);

        Assert.False(outcome.Copied);
        Assert.Contains("does not answer", outcome.Sentence, StringComparison.Ordinal);
        Assert.False(pair.First.Engine.Certificates.Certificates.Single().Identical);
        Assert.NotNull(pair.First.Engine.Certificates.PeerAgeSeconds);
    }

    private static (uint User, uint Group) OwnerOf(string path)
    {
        using var handle = FileCalls.OpenWithoutWaiting(path);
        var facts = FileCalls.FactsOf(handle);
        return (facts.User, facts.Group);
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private static UnixFileMode? ModeOf(string path) => OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path);

    /// <summary>Other files for a definition, as they come from the peer.</summary>
    private CertificateTransfer Transfer(CertificateDefinition definition)
    {
        var (certificate, key) = made.Make();
        return new CertificateTransfer(definition, [.. certificate.Select(c => (byte)c)], null, [.. key.Select(c => (byte)c)], [.. made.ChainPem.Select(c => (byte)c)], 1, "anna");
    }
}
