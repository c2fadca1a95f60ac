using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using HaConsole.EndToEnd.Tests.Harness;
using Xunit.Abstractions;

namespace HaConsole.EndToEnd.Tests.Scenarios;

/// <summary>Servers die at random moments while settings and files change. A longer run, and another seed: <c>scripts/soak-sync.sh</c>.</summary>
[Collection(Serial.Name)]
public sealed class SoakScenarios(ITestOutputHelper output)
{
    private const int HashBytes = 32;
    private const int Names = 200;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(90);
    private int files;
    private int kills;

    [RootFact]
    public async Task After_kills_at_random_moments_both_have_the_same_settings_and_files_and_nothing_is_lost()
    {
        var seed = Number("HACONSOLE_SOAK_SEED", 20260725);
        var (seconds, mostSettings, mostFiles) = (Number("HACONSOLE_SOAK_SECONDS", 40), Number("HACONSOLE_SOAK_SETTINGS", 15), Number("HACONSOLE_SOAK_FILES", 400));
        output.WriteLine($"seed {seed}, {seconds} s, at least {mostSettings} changes of settings and {mostFiles} of files");
        await using var pair = await RunningPair.StartAsync(PairOptions.Calm with { FileSet = true });
        var began = Stopwatch.GetTimestamp();
        using var stop = new CancellationTokenSource();
        var saved = new List<string>();
        var writing = WriteAsync(pair, new Random(seed), mostFiles, seconds, stop.Token);
        var editing = EditAsync(pair, saved, mostSettings, seconds, stop.Token);
        try
        {
            var random = new Random(seed + 1);
            while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds) || !writing.IsCompleted || !editing.IsCompleted)
            {
                Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds) + Eventually.Patience + Settling, $"{files} files and {saved.Count} settings only");
                await KillAsync(pair, random);
                foreach (var server in pair.Servers)
                {
                    AssertWhole(pair.FilesOf(server));
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(writing, editing);
        }

        output.WriteLine($"{saved.Count} changes of settings were acknowledged, {files} files changed, {kills} times a server was killed, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        await EqualAsync(pair, saved);
        await pair.AuditAsync();
    }

    /// <summary>kill -9 of either server at a random moment; back a random time later, and settled before the next dies.</summary>
    private async Task KillAsync(RunningPair pair, Random random)
    {
        await Task.Delay(random.Next(500, 5000));
        var server = pair.Servers[random.Next(2)];
        await server.KillTreeAsync();
        kills++;
        await Task.Delay(random.Next(0, 4000));
        server.Start();
        await pair.SettledAsync();
    }

    /// <summary>An application on the Active: files come, change, move and go.</summary>
    private async Task WriteAsync(RunningPair pair, Random random, int most, int seconds, CancellationToken stop)
    {
        var pause = TimeSpan.FromSeconds(seconds * 0.8 / most);
        while (files < most && !stop.IsCancellationRequested)
        {
            await Task.Delay(pause, CancellationToken.None);
            foreach (var server in pair.Servers)
            {
                if ((await server.LookAsync())?.Role == "Active")
                {
                    Change(pair.FilesOf(server), random);
                    files++;
                    break;
                }
            }
        }
    }

    private static void Change(string root, Random random)
    {
        var file = Path.Combine(root, $"d{random.Next(5)}", $"f{random.Next(Names)}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            switch (random.Next(10))
            {
                case 0:
                    File.Delete(file);
                    break;
                case 1 when File.Exists(file):
                    File.Move(file, Path.Combine(root, $"d{random.Next(3)}", $"moved{random.Next(20)}"), overwrite: true);
                    break;
                case 2:
                    File.WriteAllBytes(file, Content(random, 3_000_000));
                    break;
                default:
                    File.WriteAllBytes(file, Content(random, 20_000));
                    break;
            }
        }
        catch (IOException)
        {
            // This server has just become the Standby: its files are no longer the application's.
        }
    }

    /// <summary>Bytes that end with their own hash.</summary>
    private static byte[] Content(Random random, int longest)
    {
        var content = new byte[random.Next(longest) + HashBytes];
        random.NextBytes(content);
        SHA256.HashData(content.AsSpan(..^HashBytes), content.AsSpan(^HashBytes..));
        return content;
    }

    /// <summary>An operator at whichever server answers: what counts as saved is what the program said was saved.</summary>
    private static async Task EditAsync(RunningPair pair, List<string> saved, int most, int seconds, CancellationToken stop)
    {
        var pause = TimeSpan.FromSeconds(seconds * 0.5 / most);
        for (var i = 0; saved.Count < most && !stop.IsCancellationRequested; i++)
        {
            await Task.Delay(pause, CancellationToken.None);
            var name = string.Create(CultureInfo.InvariantCulture, $"user{i}");
            if ((await pair.Servers[i % 2].VerbAsync("user", "add", name, "--role", "viewer")).ExitCode == 0)
            {
                saved.Add(name);
            }
        }
    }

    private static async Task EqualAsync(RunningPair pair, List<string> saved)
    {
        await pair.SettledAsync();
        var answers = new string?[2];
        await Eventually.TrueAsync(
            "both have the same settings",
            async () =>
            {
                answers = [await pair.Servers[0].GetAsync("/api/v1/sync"), await pair.Servers[1].GetAsync("/api/v1/sync")];
                return answers.All(a => a is not null && Of(a, "state") == "equal") && Of(answers[0]!, "hash") == Of(answers[1]!, "hash");
            },
            () => string.Join('\n', answers),
            Settling);
        var users = await pair.Servers[0].GetAsync("/api/v1/users") ?? "";
        Assert.Equal(users, await pair.Servers[1].GetAsync("/api/v1/users"));

        // A change that was saved by a server which was alone may have lost against the other one's: then it is listed, not lost.
        Assert.All(saved, name => Assert.True(users.Contains($"\"{name}\"", StringComparison.Ordinal) || answers[0]!.Contains($"Access:Users:{name}\"", StringComparison.Ordinal), $"{name} is lost"));
        await Eventually.TrueAsync(
            "both have the same files",
            () => Task.FromResult(Tree(pair.FilesOf(pair.Servers[0])).SequenceEqual(Tree(pair.FilesOf(pair.Servers[1])))),
            () => string.Join('\n', Tree(pair.FilesOf(pair.Servers[0])).Except(Tree(pair.FilesOf(pair.Servers[1]))).Concat(Tree(pair.FilesOf(pair.Servers[1])).Except(Tree(pair.FilesOf(pair.Servers[0])))).Take(20)),
            Settling);
        Assert.True(Tree(pair.FilesOf(pair.Servers[0])).Count > 20);
    }

    private static string Of(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(name).ToString();
    }

    /// <summary>Every file ends with its hash, or is empty because it has just been opened.</summary>
    private static void AssertWhole(string root)
    {
        foreach (var file in Files(root))
        {
            byte[] content;
            try
            {
                content = File.ReadAllBytes(file);
            }
            catch (IOException)
            {
                continue;
            }

            if (content.Length > 0 && !IsWhole(content))
            {
                // The application itself is in the middle of it, on the Active: then it is whole soon.
                Assert.True(SpinWait.SpinUntil(() => !File.Exists(file) || IsWhole(File.ReadAllBytes(file)), TimeSpan.FromSeconds(5)), $"{file} is torn");
            }
        }
    }

    private static bool IsWhole(byte[] content)
        => content.Length >= HashBytes && SHA256.HashData(content.AsSpan(..^HashBytes)).AsSpan().SequenceEqual(content.AsSpan(^HashBytes..));

    private static SortedDictionary<string, string> Tree(string root)
    {
        var tree = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Files(root))
        {
            try
            {
                tree[Path.GetRelativePath(root, file)] = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
            }
            catch (IOException)
            {
                tree[file] = "gone meanwhile";
            }
        }

        return tree;
    }

    private static IEnumerable<string> Files(string root)
        => Directory.EnumerateDirectories(root, "d*").SelectMany(d =>
        {
            try
            {
                return Directory.GetFiles(d);
            }
            catch (DirectoryNotFoundException)
            {
                return [];
            }
        });

    private static int Number(string variable, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
